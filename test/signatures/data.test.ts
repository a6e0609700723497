import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { selfTest } from '../../agent/identify/self-test.ts';
import { loadOui } from '../../agent/net/oui.ts';
import { readSources, SignatureDataError } from '../../signatures/load.ts';
import { mkdtempSync, cpSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOURCES = fileURLToPath(new URL('../../signatures/', import.meta.url));

describe('signatures', () => {
  const data = readSources(SOURCES);

  it('prove themselves on every example and counter-example, and fire on no other maker', () => {
    expect(selfTest(data, loadOui())).toEqual([]);
  });

  it('name a source, an example and a counter-example each', () => {
    for (const { signatures } of data.makers) {
      for (const { id, source, examples, counterExamples } of signatures) {
        expect(
          [source].flat().every((text) => text.length > 3),
          id,
        ).toBe(true);
        expect(Math.min(examples.length, counterExamples.length), id).toBeGreaterThan(0);
      }
    }
  });

  it('recognise at least sixty makers of surveillance equipment', () => {
    const makers = data.makers.filter(({ makes, signatures }) => makes !== 'ordinary' && signatures.length > 0);
    expect(makers.length).toBeGreaterThanOrEqual(60);
  });

  it('tie relations and policies only to makers that have a file', () => {
    const known = new Set(data.makers.map(({ maker }) => maker));
    for (const { brand, of } of data.relations) expect([brand, of].filter((id) => !known.has(id))).toEqual([]);
    for (const { id, match } of data.policies) {
      for (const { group } of match.any) expect([id, ...(group ?? []).filter((maker) => !known.has(maker))]).toEqual([id]);
    }
  });

  it('never type MAC prefixes: OUI matches are patterns on names of the registry', () => {
    for (const { signatures } of data.makers) {
      for (const { id, match } of signatures) if ('oui' in match) expect(/^\^?[0-9A-F]{6}/.test(match.oui), id).toBe(false);
    }
  });

  it('the self-test catches what is wrong', () => {
    const directory = mkdtempSync(join(tmpdir(), 'camsweep-signatures-'));
    cpSync(SOURCES, directory, { recursive: true });
    const bad = `maker: wrong
name: Wrong
makes: surveillance
signatures:
  - id: wrong.server
    field: http.header.server
    match: { pattern: '^(?:App-webs|Wrong)' }
    asserts: { maker: wrong, deviceType: gizmo }
    strength: strong
    why: constructed to be wrong in four ways
    source: constructed
    examples: [{ value: Right, origin: constructed }]
    counterExamples: [{ value: Wrongly, origin: constructed }]
`;
    writeFileSync(join(directory, 'makers', 'wrong.yaml'), bad);
    const problems = selfTest(readSources(directory), loadOui()).join('\n');
    expect(problems).toMatch(/wrong\.server: does not match its example "Right"/);
    expect(problems).toMatch(/wrong\.server: matches its counter-example "Wrongly"/);
    expect(problems).toMatch(/wrong\.server: deviceType gizmo/);
    expect(problems).toMatch(/wrong\.server: fires on the example "App-webs\//);
    writeFileSync(join(directory, 'makers', 'wrong.yaml'), bad.replace('    source: constructed\n', ''));
    expect(() => readSources(directory)).toThrow(SignatureDataError);
    expect(() => readSources(directory)).toThrow(/makers\/wrong\.yaml: signatures\.0\.source/);
    rmSync(directory, { recursive: true, force: true });
  });
});
