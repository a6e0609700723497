/** Stand-ins of Snipe-IT with sessions to them, for tests; `closeAll` ends them. */
import { snipeItSettings } from '../../../../agent/export/snipe-it/schema.ts';
import { connectSnipeIt, type SnipeItSession } from '../../../../agent/export/snipe-it/session.ts';
import { FIELDSET_ID, startSnipeIt, type SnipeIt, type SnipeItOptions } from '../../../stand-ins/snipe-it/stand-in.ts';
import { toolsFor, type TestTools } from '../run.ts';

export const SETTINGS = snipeItSettings.parse({ statusId: 2, categoryId: 9, fieldsetId: FIELDSET_ID, locationId: 4 });
const closers: (() => unknown)[] = [];
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0)) await close();
}

export async function open(options: SnipeItOptions = {}): Promise<{ snipeIt: SnipeIt; connect: () => SnipeItSession; tools: TestTools }> {
  const snipeIt = await startSnipeIt(options);
  const tools = toolsFor(snipeIt.url);
  closers.push(
    () => tools.close(),
    () => snipeIt.close(),
  );
  return { snipeIt, tools, connect: () => connectSnipeIt(SETTINGS, tools) };
}

export const writes = ({ log }: SnipeIt): number => log.filter(({ method }) => method !== 'GET').length;
export const custom = (snipeIt: SnipeIt, key: string, name: string): string | undefined => {
  const column = (wanted: string): string => snipeIt.fields.find((field) => field.name === wanted)?.column ?? '';
  return [...snipeIt.assets.values()].find((asset) => asset.custom[column('Camsweep key')] === key)?.custom[column(name)];
};
