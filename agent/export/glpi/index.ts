/** GLPI inventory JSON, posted to GLPI or as a file. The readme says what is sure of it and what is not. */
import { safeJson } from '../escape-json.ts';
import type { ApiTarget, DocumentTarget } from '../types.ts';
import { inventoryOf, reasonNotToSend } from './payload.ts';
import { glpiFileSettings, glpiSettings, type GlpiFileSettings, type GlpiSettings } from './schema.ts';
import { connectGlpi } from './session.ts';

export const glpiTarget: ApiTarget<GlpiSettings, null> = {
  kind: 'api',
  id: 'glpi',
  title: 'GLPI, through its inventory endpoint',
  settings: glpiSettings,
  logins: ['none', 'basic', 'bearer'],
  blind: true,
  connect: connectGlpi,
};

export const glpiFileTarget: DocumentTarget<GlpiFileSettings> = {
  kind: 'document',
  id: 'glpi-json',
  title: 'GLPI inventory JSON, one device a line',
  settings: glpiFileSettings,
  extension: 'jsonl',
  writes: 'whole',
  render: (devices, _events, { version }, settings) =>
    devices
      .flatMap((device) => (reasonNotToSend(device, settings) ? [] : [`${safeJson(inventoryOf(device, version, settings))}\n`]))
      .join(''),
};
