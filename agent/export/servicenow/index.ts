/** ServiceNow, through Identification and Reconciliation. The readme says what is documented and what you have to check. */
import type { ApiTarget } from '../types.ts';
import { serviceNowSettings, type ServiceNowSettings } from './schema.ts';
import { connectServiceNow } from './session.ts';

export const serviceNowTarget: ApiTarget<ServiceNowSettings, null> = {
  kind: 'api',
  id: 'servicenow',
  title: 'ServiceNow CMDB, through Identification and Reconciliation',
  settings: serviceNowSettings,
  logins: ['basic', 'bearer'],
  // It identifies, but does not tell what it holds: what did not change is known from what was delivered.
  blind: true,
  // Writes that run together go out as one batch.
  pace: { concurrency: 25 },
  connect: connectServiceNow,
};
