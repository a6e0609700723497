import { describe, expect, it } from 'vitest';
import { askLiving, type StageDependencies } from '../../../agent/sweep/stages.ts';
import { mdnsProbe } from '../../../probes/mdns/index.ts';
import { wsDiscoveryProbe } from '../../../probes/onvif/index.ts';
import type { AddressProbe } from '../../../probes/probe.ts';
import { bytesResponse } from '../../../probes/recording.ts';
import { stageWith } from './stage.ts';

const ADDRESS = '192.0.2.7';
const MATCH = Buffer.from(
  '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Body>' +
    '<d:ProbeMatches><d:ProbeMatch><d:Types>dn:NetworkVideoTransmitter</d:Types></d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>',
);

/** A host that has nothing to say when asked, on a segment whose groups were asked. */
function stage(groupsHeard: Promise<unknown>): StageDependencies {
  const asked: AddressProbe = {
    ...mdnsProbe,
    id: 'rtsp',
    groupTwin: undefined,
    waitsForSign: undefined,
    run: () => Promise.resolve('refused'),
  };
  const wasAskedByGroup: StageDependencies['wasAskedByGroup'] = ({ groupTwin }) => groupTwin !== undefined;
  return { ...stageWith([asked, wsDiscoveryProbe, mdnsProbe]), wasAskedByGroup, groupsHeard };
}

async function bookedAfter(inStage: StageDependencies, signal: AbortSignal, meanwhile: () => void): Promise<unknown> {
  const asking = askLiving(ADDRESS, inStage, signal);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([...inStage.coverage.live()]).toEqual([]);
  meanwhile();
  await asking;
  return Object.fromEntries(inStage.coverage.live())[ADDRESS];
}

describe('agent/sweep/stages: answers to the group', () => {
  it('counts an answer to the group that comes after the host was asked everything', async () => {
    let end = (): void => undefined;
    const waiting = stage(new Promise<void>((resolve) => (end = resolve)));
    const booked = await bookedAfter(waiting, new AbortController().signal, () => {
      waiting.table.report({
        protocol: 'ws-discovery',
        from: { address: ADDRESS, port: 3702 },
        response: bytesResponse(MATCH),
      });
      end();
    });
    expect(booked).toEqual({ rtsp: 'refused', 'ws-discovery': 'answered', mdns: 'silent' });
  });

  it('calls nothing silent when the scan ends while the group is listened to', async () => {
    let end = (): void => undefined;
    const scan = new AbortController();
    const booked = await bookedAfter(stage(new Promise<void>((resolve) => (end = resolve))), scan.signal, () => {
      scan.abort();
      end();
    });
    expect(booked).toEqual({ rtsp: 'refused', 'ws-discovery': 'aborted', mdns: 'aborted' });
  });
});
