/** What this client calls itself towards brokers (KIP-511). */
import type { ClientSoftware } from './network/versions.ts';

export const clientSoftware: ClientSoftware = { name: 'zurau', version: '0.1.0' };
