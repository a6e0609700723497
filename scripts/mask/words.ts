/** Words that name no person and no place of a user's: makers, kinds of device, and what firmware calls itself by default. Pure. */
import type { SignatureData } from '../../signatures/load.ts';
import type { Words } from './names.ts';

/** As shipped: names and places that stand in devices nobody has renamed (hikvision_next fixtures, public ONVIF captures). */
const FACTORY_WORDS =
  'hangzhou shenzhen china zhejiang city country location name hardware camera cam ip ipc ipcamera ipcam ipdome network video recorder embedded net dvr nvr dvs hdvr dome bullet ptz server encoder decoder door station access point switch router printer default unknown none local localhost admin root device system channel media http https rtsp port eth0 hd hd-tvi analog iot web smart wifi wireless lan series pro mini series tp axis';

export function wordsFrom({ makers, deviceTypes }: Pick<SignatureData, 'makers' | 'deviceTypes'>): Words {
  const makerWords = wordsIn(makers.flatMap(({ maker, name, aliases }) => [maker, name, ...(aliases ?? [])]));
  const knownWords = wordsIn([FACTORY_WORDS, ...Object.keys(deviceTypes)]);
  return { makerWords, knownWords: new Set([...makerWords, ...knownWords]) };
}

function wordsIn(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap((text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []));
}
