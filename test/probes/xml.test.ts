import { describe, expect, it } from 'vitest';
import { findNode, leaves, parseXml, textAt, XML_LIMITS } from '../../probes/xml.ts';

describe('probes/xml', () => {
  it('reads names, namespaces, attributes and text, behind junk and before NULs', () => {
    const { root, complete } = parseXml('\ufeff\u0000junk<a:x xmlns:a="urn:a" k="1"><y xmlns="urn:y"> v </y></a:x>\u0000\u0000');
    expect(complete).toBe(true);
    expect(root).toMatchObject({ name: 'a:x', local: 'x', prefix: 'a', namespace: 'urn:a', attributes: { k: '1' } });
    expect(findNode(root, 'y')).toMatchObject({ namespace: 'urn:y', text: 'v' });
    expect(textAt(root, 'none')).toBeUndefined();
  });

  it('keeps the part before a fault', () => {
    const { root, complete } = parseXml('<x><a>1</a><b>2</b><c>3');
    expect(complete).toBe(false);
    expect(leaves(root).map(({ local, text }) => `${local}=${text}`)).toEqual(['a=1', 'b=2']);
  });

  it('expands no entity and reads no document type', () => {
    const bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>';
    expect(parseXml(bomb)).toMatchObject({ complete: false });
    expect(JSON.stringify(parseXml(bomb))).not.toContain('bbbb');
  });

  it('stops at its caps: depth, elements, text', () => {
    expect(parseXml('<a>'.repeat(100_000)).problem).toBe('too deep');
    expect(parseXml(`<x>${'<a/>'.repeat(XML_LIMITS.maxNodes + 1)}</x>`).problem).toBe('too many elements');
    expect(parseXml(`<x>${'t'.repeat(XML_LIMITS.maxTextLength + 1)}</x>`).problem).toBe('too much text');
  });

  it('cuts NULs at the end only, however many runs of them stand before', () => {
    // That this takes linear time is what the fuzz run shows (10 ms an input); here only the result is checked.
    const runs = `<x>${`${'\u0000'.repeat(2000)}.`.repeat(100)}</x>${'\u0000'.repeat(50_000)}`;
    const { root } = parseXml(runs);
    expect(root?.local).toBe('x');
    expect(parseXml(`<y>v</y>${'\u0000'.repeat(50_000)}`)).toMatchObject({ complete: true, root: { text: 'v' } });
  });

  it('finds a namespace where it was declared: on the element, on one around it, or nowhere', () => {
    const { root } = parseXml('<p:a xmlns:p="urn:1" xmlns="urn:0"><b><p:c xmlns:p="urn:2"/><p:d/></b><q:e/></p:a>');
    const namespaces = ['a', 'b', 'c', 'd', 'e'].map((local) => findNode(root, local)?.namespace);
    expect(namespaces).toEqual(['urn:1', 'urn:0', 'urn:2', 'urn:1', '']);
  });
});
