import { afterEach, describe, expect, it } from 'vitest';
import { connectNetBox } from '../../../../agent/export/netbox/session.ts';
import { TOKEN_2 } from '../../../stand-ins/netbox/stand-in.ts';
import { CONTEXT, deviceOf, DEVICES } from '../devices.ts';
import { runOnce, settle, toolsFor } from '../run.ts';
import { camera, closeAll, open, recordOf, SETTINGS, tagsOf, told, writes } from './open.ts';

afterEach(closeAll);
const all = Object.values(DEVICES);

describe('NetBox', () => {
  it('makes each device once, with interface, MAC and addresses, and the second run writes nothing', async () => {
    const { netBox, connect } = await open();
    const first = await runOnce(connect(), all);
    expect(first.failures).toEqual([]);
    expect(first.plans.map(({ action }) => action)).toEqual([
      ...['create', 'create', 'create', 'create', 'unchanged', 'create', 'create', 'create'],
    ]);
    expect(netBox.devices.rows.size).toBe(all.length - 1);
    const usual = recordOf(netBox, DEVICES.usual.key);
    expect(usual && told(netBox, usual)).toMatchObject({
      ...{ name: 'cam-4419b6000001', site: 'hq', role: 'surveillance', status: 'inventory', serial: DEVICES.usual.serial },
      ...{ type: ['Hikvision', 'DS-2CD2143G2-I'], tags: ['camsweep', 'camsweep-restricted'], main: ['192.0.2.64/32', null] },
      fields: { camsweep_verdict: 'restricted: ca-fed-2025', camsweep_presence: 'present', camsweep_last_seen: '2026-01-15' },
      ports: [{ name: 'eth0', macs: ['44:19:B6:00:00:01 main'], addresses: ['192.0.2.64/32 active'] }],
    });
    netBox.forget();
    const second = await runOnce(connect(), all);
    expect(second.plans.map(({ action, changes }) => [action, changes])).toEqual(all.map(() => ['unchanged', []]));
    expect(writes(netBox)).toBe(0);
  });

  it('takes hostile texts as text, within the limits, and nothing invisible', async () => {
    const { netBox, connect } = await open();
    expect((await runOnce(connect(), [DEVICES.hostile, DEVICES.long])).failures).toEqual([]);
    const texts = [
      ...netBox.manufacturers.all().flatMap(({ name, slug }) => [name, slug]),
      ...netBox.types.all().flatMap(({ model, slug }) => [model, slug]),
      ...netBox.devices.all().flatMap(({ name, serial, fields }) => [name ?? '', serial, ...Object.values(fields).map(String)]),
    ];
    expect(texts.some((text) => text.includes('<script>alert("1")</script>'))).toBe(true);
    for (const text of texts) expect(text).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
    for (const { slug } of [...netBox.manufacturers.all(), ...netBox.types.all()]) expect(slug).toMatch(/^[-a-z0-9]{1,100}$/);
    const { plans } = await runOnce(connect(), [DEVICES.hostile, DEVICES.long]);
    expect(plans.map(({ action }) => action)).toEqual(['unchanged', 'unchanged']);
  });

  it('gives a device with both families both main addresses', async () => {
    const { netBox, connect } = await open();
    await settle(connect, [DEVICES.sixth]);
    const row = recordOf(netBox, DEVICES.sixth.key);
    expect(row && told(netBox, row)).toMatchObject({ main: ['192.0.2.5/32', '2001:db8::5/128'] });
  });

  it('asks at most once in ten devices when nothing changed, and for less than one a device at first', async () => {
    const { netBox, connect } = await open({ pageRows: 100 });
    const many = Array.from({ length: 400 }, (_, index) => camera(index));
    await settle(connect, many);
    expect(netBox.log.length / many.length).toBeLessThan(1);
    netBox.forget();
    const { plans } = await runOnce(connect(), many);
    expect(plans.every(({ action }) => action === 'unchanged')).toBe(true);
    expect(writes(netBox)).toBe(0);
    expect(netBox.log.length / many.length).toBeLessThan(0.1);
    expect(Math.max(...netBox.log.map(({ path, query }) => path.length + query.toString().length))).toBeLessThan(4000);
  });

  it('says what would be done, field by field, and writes nothing', async () => {
    const { netBox, connect } = await open();
    await settle(connect, [camera(1)]);
    netBox.forget();
    const session = connect();
    const plans = await session.plan([camera(1, { firmware: 'V6', flagged: false, addresses: ['10.0.0.77'] }), camera(2)], CONTEXT);
    expect(plans.map(({ action }) => action)).toEqual(['update', 'create']);
    expect(plans[0]?.changes).toEqual([
      { field: 'camsweep_firmware', before: 'V5.7.3 build 220112', after: 'V6' },
      { field: 'camsweep_verdict', before: 'restricted: ca-fed-2025', after: 'restricted: ca-fed-2025 (excepted)' },
      { field: 'camsweep_addresses', before: '10.0.0.1', after: '10.0.0.77' },
      { field: 'tag', before: 'camsweep-restricted', after: null },
      { field: 'address', before: null, after: '10.0.0.77' },
      { field: 'address', before: '10.0.0.1/32', after: null },
      { field: 'primary IPv4', before: null, after: '10.0.0.77' },
    ]);
    expect(writes(netBox)).toBe(0);
  });

  it.each(['4.2.3', '4.6.8'])('leaves what people own, their tags too (NetBox %s)', async (version) => {
    const { netBox, connect } = await open({ version });
    await settle(connect, [camera(1)]);
    const row = recordOf(netBox, camera(1).key);
    if (!row) throw new Error('no record');
    const mine = netBox.addTag('lobby');
    const site = netBox.sites.put({ id: 7000, name: 'Annex', slug: 'annex' });
    const human = {
      ...{ name: 'Lobby door', site: site.id, status: 'active', rack: 'R1', comments: 'ask Kim', serial: 'TYPED' },
      ...{ tags: [...row.tags, mine.id], fields: { ...row.fields, other: 'kept' } },
    };
    netBox.customFields.put({
      ...netBox.customFields.all()[0],
      id: 7001,
      name: 'other',
      type: 'text',
      unique: false,
      filterLogic: 'loose',
      objectTypes: ['dcim.device'],
      required: false,
    });
    netBox.devices.put({ ...row, ...human });
    await settle(connect, [camera(1, { firmware: 'V9', status: 'gone', flagged: false, serial: 'NEWER' })]);
    const after = netBox.devices.rows.get(row.id);
    expect(after).toMatchObject({ name: 'Lobby door', site: site.id, status: 'active', rack: 'R1', comments: 'ask Kim', serial: 'TYPED' });
    expect(after?.fields).toMatchObject({ other: 'kept', camsweep_firmware: 'V9', camsweep_presence: 'gone', camsweep_serial: 'NEWER' });
    expect(tagsOf(netBox, after)).toEqual(['camsweep', 'camsweep-gone', 'lobby']);
    netBox.forget();
    await settle(connect, [camera(1, { firmware: 'V9', flagged: true, serial: 'NEWER' })]);
    expect(tagsOf(netBox, netBox.devices.rows.get(row.id))).toEqual(['camsweep', 'camsweep-restricted', 'lobby']);
    expect(netBox.log.some(({ method }) => method === 'DELETE')).toBe(false);
  });

  it('follows the serial as long as nobody typed another', async () => {
    const { netBox, connect } = await open();
    await settle(connect, [camera(1, { serial: null })]);
    expect(recordOf(netBox, camera(1).key)?.serial).toBe('');
    await settle(connect, [camera(1, { serial: 'A1' })]);
    await settle(connect, [camera(1, { serial: 'A2' })]);
    expect(recordOf(netBox, camera(1).key)?.serial).toBe('A2');
    await settle(connect, [camera(1, { serial: null })]);
    expect(recordOf(netBox, camera(1).key)?.serial).toBe('A2');
  });

  it.each(['serial', 'mac'] as const)('takes over a record that people made, by %s', async (way) => {
    const { netBox, connect } = await open();
    const row = netBox.addDevice({ name: 'Lobby', serial: way === 'serial' ? 's1' : '', comments: 'by hand' });
    const port = netBox.addInterface({ device: row.id, name: 'LAN' });
    if (way === 'mac') netBox.addMac(camera(1).mac ?? '', port.id);
    const { plans } = await settle(connect, [camera(1)]);
    expect(plans[0]?.action).toBe('update');
    expect(netBox.devices.rows.size).toBe(1);
    const after = netBox.devices.rows.get(row.id);
    expect(after && told(netBox, after)).toMatchObject({
      ...{ name: 'Lobby', comments: 'by hand', status: 'active', type: ['By hand', 'Box'], main: ['10.0.0.1/32', null] },
      ports: [{ name: 'LAN', macs: ['44:19:B6:01:00:01 main'], addresses: ['10.0.0.1/32 active'] }],
    });
  });

  it('stops at several records with one serial, at a record of another device, and at an address of a stranger', async () => {
    const { netBox, connect } = await open();
    const twins = [netBox.addDevice({ name: 'a', serial: 'S1' }), netBox.addDevice({ name: 'b', serial: 's1' })];
    const serials = await runOnce(connect(), [camera(1)]);
    expect(serials.plans[0]).toMatchObject({
      action: 'conflict',
      why: `serial S1: 2 devices have it (${twins.map(({ id }) => id).join(', ')})`,
    });
    await settle(connect, [camera(2)]);
    const other = await runOnce(connect(), [camera(3, { serial: 'S2' })]);
    expect(other.plans[0]?.why).toContain(`has serial S2 and belongs to ${camera(2).key}`);
    const stranger = netBox.addDevice({ name: 'Printer' });
    netBox.addAddress({ address: '10.0.0.4/24', objectType: 'dcim.interface', objectId: netBox.addInterface({ device: stranger.id }).id });
    netBox.forget();
    const address = await runOnce(connect(), [camera(4)]);
    expect(address.plans[0]).toMatchObject({ action: 'conflict' });
    expect(address.plans[0]?.why).toContain(`address 10.0.0.4 is that of device ${stranger.id} (Printer), which has no Camsweep key`);
    expect(writes(netBox)).toBe(0);
    // What a person answers.
    netBox.devices.put({ ...stranger, fields: { camsweep_key: camera(4).key } });
    expect((await settle(connect, [camera(4)])).plans[0]?.action).toBe('update');
    expect(recordOf(netBox, camera(4).key)?.name).toBe('Printer');
  });

  it('does not take a serial that several devices have for a record', async () => {
    const { netBox, connect } = await open();
    const cloned = [1, 2].map((number) => camera(number, { serial: 'CLONE', identifiers: [] }));
    await settle(connect, [cloned[0] ?? camera(1)]);
    const { plans } = await settle(connect, cloned);
    expect(plans.map(({ action }) => action)).toEqual(['unchanged', 'create']);
    expect(netBox.devices.all().map(({ serial }) => serial)).toEqual(['CLONE', 'CLONE']);
  });

  it('goes on with records at a site that was renamed', async () => {
    const { netBox, connect } = await open();
    await settle(connect, [camera(1)]);
    const site = netBox.sites.all()[0];
    if (site) netBox.sites.put({ ...site, slug: 'head-office' });
    expect((await runOnce(connect(), [camera(1, { firmware: 'V6' })])).failures).toEqual([]);
    expect(recordOf(netBox, camera(1).key)?.fields.camsweep_firmware).toBe('V6');
  });

  it('does not write a device that became a conflict after it was planned', async () => {
    const { netBox, connect } = await open();
    const session = connect();
    const [plan] = await session.plan([camera(1)], CONTEXT);
    netBox.addDevice({ name: 'a', serial: 'S1' });
    netBox.addDevice({ name: 'b', serial: 'S1' });
    netBox.forget();
    if (!plan) throw new Error('no plan');
    await expect(session.apply(plan, CONTEXT)).rejects.toMatchObject({ scope: 'device' });
    expect(writes(netBox)).toBe(0);
  });

  it('keeps one manufacturer and one type however they are spelled, and two that share a slug apart', async () => {
    const { netBox, connect } = await open();
    netBox.manufacturers.put({ id: 1, name: 'HIKVISION', slug: 'hik' });
    netBox.types.put({ id: 2, manufacturer: 1, model: 'ds-2cd2143g2-i', slug: 'x', interfaces: [] });
    await settle(connect, [camera(1), camera(2, { brand: ' Hikvision ', model: 'DS-2CD2143G2-I ' })]);
    expect([netBox.manufacturers.rows.size, netBox.types.rows.size]).toEqual([1, 1]);
    await settle(connect, [camera(3, { model: 'A/B' }), camera(4, { model: 'A-B' })]);
    expect(netBox.types.rows.size).toBe(3);
  });

  it('gives a record its type when the device tells it, and leaves a type people chose', async () => {
    const { netBox, connect } = await open();
    const model = (): string | undefined => netBox.types.rows.get(recordOf(netBox, camera(1).key)?.type ?? 0)?.model;
    await settle(connect, [camera(1, { model: null })]);
    expect(model()).toBe('Unknown model');
    await settle(connect, [camera(1)]);
    expect(model()).toBe('DS-2CD2143G2-I');
    await settle(connect, [camera(1, { model: 'Other' })]);
    expect(model()).toBe('DS-2CD2143G2-I');
  });

  it('follows a device to its new key, and marks what was merged', async () => {
    const { netBox, connect } = await open();
    const before = deviceOf({ key: 'hq:192.0.2.64', mac: null, serial: null, identifiers: [] });
    await settle(connect, [before]);
    await settle(connect, [deviceOf({ formerKeys: [before.key] })]);
    expect(netBox.devices.rows.size).toBe(1);
    await settle(connect, [camera(9)]);
    await settle(connect, [
      camera(9, {
        status: 'gone',
        mergedInto: DEVICES.usual.key,
        identifiers: [],
        addresses: [],
        mac: null,
        serial: null,
        flagged: false,
        verdicts: [],
      }),
    ]);
    const merged = recordOf(netBox, camera(9).key);
    expect(tagsOf(netBox, merged)).toEqual(['camsweep', 'camsweep-gone']);
    expect(merged?.fields.camsweep_presence).toBe(`merged into ${DEVICES.usual.key}`);
    expect(merged?.primary4).toBeNull();
  });

  it('passes on why NetBox refuses one device, and writes the others of its list', async () => {
    const { netBox, connect } = await open();
    netBox.addDevice({ name: 'CAM-4419B6010002', fields: { camsweep_key: 'somebody' } });
    const { failures } = await runOnce(connect(), [camera(1), camera(2), camera(3)]);
    expect(failures.map(({ scope, message }) => [scope, message])).toEqual([
      ['device', expect.stringContaining('Device name must be unique per site.')],
    ]);
    expect([1, 2, 3].map((number) => recordOf(netBox, camera(number).key) !== undefined)).toEqual([true, false, true]);
  });

  it('logs in with tokens of both versions', async () => {
    const { netBox } = await open();
    const tools = toolsFor(netBox.url, { kind: 'bearer', secret: TOKEN_2 });
    expect((await runOnce(connectNetBox(SETTINGS, tools), [camera(1)])).failures).toEqual([]);
    expect([...netBox.logins]).toEqual([`Bearer ${TOKEN_2}`]);
    tools.close();
  });
});
