/**
 * Serial numbers and firmware lines of the `DS-` family of firmware, as search answers, web interfaces and SNMP show them. Pure.
 *
 * A serial is model, production date, a four-letter code and a running number in one word; recorders put the number of channels
 * before the date and letters after the end. Derived from captures: public SADP captures (sergei.nz, mhzhuji.com) (regular expressions marked [D]).
 */

/** A firmware line such as `V5.2.5build 141201`, `V5.0, build 140714` or `V5.7.18 build 240826`. */
export interface FirmwareLine {
  /** With the leading `V`, e.g. `V5.2.5`. */
  readonly version: string;
  /** Six digits as written, yymmdd. */
  readonly build?: string;
  /** ISO 8601 date of the build, where the digits are one. */
  readonly buildDate?: string;
}

const MAX_LENGTH = 128;
const FIRMWARE = /^V?(\d{1,3}(?:\.\d{1,5}){1,3})(?:[\s,_-]{0,4}build\s{0,4}(\d{6})(?!\d).*)?$/i;

export function parseFirmware(text: string): FirmwareLine | undefined {
  const match = text.length > MAX_LENGTH ? undefined : FIRMWARE.exec(text.trim());
  if (!match?.[1]) return undefined;
  const build = match[2];
  const buildDate = build === undefined ? undefined : isoDate(`20${build}`);
  return { version: `V${match[1]}`, ...(build === undefined ? {} : { build }), ...(buildDate === undefined ? {} : { buildDate }) };
}

export interface SerialNumber {
  /** Empty where the serial was shown without it. */
  readonly model: string;
  /** Channels, on recorders. */
  readonly channels?: number;
  /** ISO 8601 date. */
  readonly produced: string;
  /** Four letters, e.g. `AAWR`, `CCCH`: where it was made for. */
  readonly region: string;
  /** Running number with the letter or two before it. */
  readonly tail: string;
  /** Letters after the end, on recorders. */
  readonly suffix?: string;
}

const PLAIN = /^(?<model>.+?)(?<date>20\d{6})(?<region>[A-Z]{4})(?<tail>[A-Z]{0,2}\d{7,9})$/;
const RECORDER = /^(?<model>.*?)(?<channels>\d{2})(?<date>20\d{6})(?<region>[A-Z]{4})(?<tail>[A-Z]{0,2}\d{7,9})(?<suffix>[A-Z]{3,4})?$/;

/** Recorder model lines: their serials carry two digits for channels, which a camera's model could also end in. */
const RECORDER_MODEL = /^i?DS-[6-9]\d/;

/** The parts of a serial, or undefined for anything else. `modelHint` (the model told separately) settles where the model ends. */
export function parseSerial(text: string, modelHint?: string): SerialNumber | undefined {
  const serial = text.trim();
  if (serial.length > MAX_LENGTH) return undefined;
  const recorder = partsOf(RECORDER.exec(serial)?.groups);
  const plain = partsOf(PLAIN.exec(serial)?.groups);
  if (modelHint !== undefined && modelHint !== '') {
    const hinted = [plain, recorder].find((parts) => parts?.model === modelHint);
    if (hinted) return hinted;
  }
  if (recorder && (recorder.suffix !== undefined || recorder.model === '' || RECORDER_MODEL.test(recorder.model))) return recorder;
  return plain;
}

function partsOf(groups: Readonly<Record<string, string | undefined>> | undefined): SerialNumber | undefined {
  const produced = isoDate(groups?.date ?? '');
  if (!groups || produced === undefined) return undefined;
  const { model = '', channels, region = '', tail = '', suffix } = groups;
  return {
    model,
    ...(channels === undefined ? {} : { channels: Number(channels) }),
    produced,
    region,
    tail,
    ...(suffix === undefined ? {} : { suffix }),
  };
}

/** `20150126` as `2015-01-26`; undefined where it is no date. */
function isoDate(digits: string): string | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(digits);
  if (!match) return undefined;
  const [, year = '', month = '', day = ''] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const iso = `${year}-${month}-${day}`;
  return date.toISOString().startsWith(iso) ? iso : undefined;
}
