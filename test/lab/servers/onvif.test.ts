import { describe, expect, it } from 'vitest';
import { parseXml, textAt } from '../../../probes/xml.ts';
import { askTcp, bodyOf, guestIn, post, soap, WEB } from '../ask.ts';

const { at } = guestIn('127.77.207.0/24');

describe('test/lab/servers/onvif', () => {
  const ask = async (id: string, operation: string): Promise<string> =>
    (await askTcp({ address: at(id), port: WEB, send: post('/onvif/device_service', soap(operation)) })).toString('utf8');

  it('answers open questions and refuses the others, in well-formed XML', async () => {
    for (const id of ['hikvision-camera-v56', 'trendnet-camera', 'dahua-camera', 'axis-camera', 'uniview-camera']) {
      const clock = parseXml(bodyOf(await ask(id, 'GetSystemDateAndTime')));
      expect(clock.complete, id).toBe(true);
      expect(textAt(clock.root, 'Year'), id).toMatch(/^\d{4}$/);
      const refused = await ask(id, 'GetScopes');
      expect(refused, id).toContain('400 Bad Request');
      expect(refused, id).toContain('ter:NotAuthorized');
      expect(parseXml(bodyOf(refused)).complete, id).toBe(true);
    }
  });

  it('has the neutral envelope on the rebrand and the branded one on the original', async () => {
    const neutral = await ask('trendnet-camera', 'GetDeviceInformation');
    expect(neutral).toContain('xmlns:tnsn="http://www.eventextension.com/2011/event/topics"');
    expect(neutral).toContain('<tds:Model>TV-IP310PI</tds:Model>');
    expect(await ask('hikvision-camera-v56', 'GetServices')).toContain('xmlns:tnshik="http://www.hikvision.com/2011/event/topics"');
  });
});
