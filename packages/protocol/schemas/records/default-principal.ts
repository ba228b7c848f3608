/** A principal as it travels in an Envelope request. */
import { bool, data, message, string, type DataSchema } from '../notation.ts';

export const defaultPrincipalData: DataSchema = data(
  'DefaultPrincipalData',
  message('0', '0+', [
    string('type', '0+'),
    string('name', '0+'),
    bool('tokenAuthenticated', '0+'),
  ]),
);
