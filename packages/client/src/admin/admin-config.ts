/** The admin client's settings: only those that all clients share. */
import { type CommonConfig, commonSettings } from '../config/common-settings.ts';
import { resolveSettings } from '../config/settings.ts';

export interface AdminConfig extends CommonConfig {}

export function resolveAdminConfig(config: AdminConfig): Required<CommonConfig> {
  return resolveSettings<CommonConfig>(commonSettings(), config, 'Admin');
}
