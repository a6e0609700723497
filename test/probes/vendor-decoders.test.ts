import { describe, expect, it } from 'vitest';
import { decodeBosch } from '../../probes/bosch/decode.ts';
import { decodeDhip } from '../../probes/dhip/decode.ts';
import { decodeFoscam } from '../../probes/foscam/decode.ts';
import { decodeHanwha } from '../../probes/hanwha/decode.ts';
import { decodePanasonic } from '../../probes/panasonic/decode.ts';
import { decodeReolink } from '../../probes/reolink/decode.ts';
import { decodeSadp } from '../../probes/sadp/decode.ts';
import { decodeSdk } from '../../probes/sdk/decode.ts';
import { decodeSony } from '../../probes/sony/decode.ts';
import { decodeTvt } from '../../probes/tvt/decode.ts';
import { decodeUbiquiti } from '../../probes/ubiquiti/decode.ts';
import { decodeVivotek } from '../../probes/vivotek/decode.ts';
import { decodeXm } from '../../probes/xm/decode.ts';
import { decodeBytes, survivesHostileInput } from './hostile.ts';
import { SAMPLES } from './vendor-samples.ts';
import type { Decoder } from '../../probes/probe.ts';
import type { Protocol } from '../../probes/recording.ts';

const TABLE: readonly (readonly [protocol: Protocol, decoder: Decoder, samples: readonly Uint8Array[]])[] = [
  ['sadp', decodeSadp, [SAMPLES.sadp]],
  ['dhip', decodeDhip, [SAMPLES.dhip, SAMPLES.dahua1]],
  ['sdk', decodeSdk, [SAMPLES.sdk, SAMPLES.sdkText]],
  ['xm', decodeXm, [SAMPLES.xm]],
  ['hanwha', decodeHanwha, [SAMPLES.hanwha]],
  ['bosch', decodeBosch, [SAMPLES.bosch, SAMPLES.boschXml]],
  ['vivotek', decodeVivotek, [SAMPLES.vivotek]],
  ['foscam', decodeFoscam, [SAMPLES.foscam, SAMPLES.foscamMasked]],
  ['sony', decodeSony, [SAMPLES.sony]],
  ['panasonic', decodePanasonic, [SAMPLES.panasonic]],
  ['ubiquiti', decodeUbiquiti, [SAMPLES.ubiquiti]],
  ['reolink', decodeReolink, [SAMPLES.reolink]],
  ['tvt', decodeTvt, [SAMPLES.tvt]],
];

for (const [protocol, decoder, samples] of TABLE) {
  describe(`probes/${protocol}/decode`, () => survivesHostileInput(decoder, protocol, samples));
}

describe('vendor decoders side by side', () => {
  it('none takes the answer of another protocol for its own', () => {
    for (const [protocol, decoder] of TABLE) {
      if (protocol === 'sdk') continue; // any bytes are a greeting: what they mean is for signatures
      for (const [other, , samples] of TABLE) {
        if (other === protocol) continue;
        for (const sample of samples) expect([protocol, other, decodeBytes(decoder, protocol, sample)]).toEqual([protocol, other, []]);
      }
    }
  });
});
