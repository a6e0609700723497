/**
 * XML bodies as fields: `http.xml.*` for any small document, `isapi.*` for the family of ISAPI and PSIA documents. Shared by
 * the http and isapi decoders. What a recorder says of its channels becomes `isapi.channel.*` (and `http.xml.channel.*`): it is about the channels,
 * never about the recorder (design section 4). Namespaces are plain values. Pure; bounded by the caps of `xml.ts`.
 */
import { optionalField, type Field } from './observation.ts';
import { normaliseMac } from './text.ts';
import type { XmlNode } from './xml.ts';

const MAX_XML_LEAVES = 60;
const MAX_ISAPI_LEAVES = 150;
/** A recorder lists up to 256 channels; of each only what tells which camera it is. */
const MAX_CHANNEL_LEAVES = 640;
const CHANNEL_LEAF =
  /\.(?:root|namespace|id|name|ipAddress|ipv6Address|hostName|macAddress|model|serialNumber|firmwareVersion|proxyProtocol|online)$/;
const NAME = /^[\p{L}_][\p{L}\p{N}._-]{0,63}$/u;

/** Root elements of documents that devices of this family answer with, lower case. Facts: ISAPI guide and MatrixEditor/hikvision-sdk-cam, hikvision_next fixtures. */
const ROOTS: ReadonlySet<string> = new Set([
  'activatestatus',
  'deviceinfo',
  'devicestatus',
  'inputproxychannel',
  'inputproxychannellist',
  'inputproxychannelstatus',
  'inputproxychannelstatuslist',
  'networkinterface',
  'networkinterfacelist',
  'responsestatus',
  'streamingchannel',
  'streamingchannellist',
  'usercheck',
  'videoinputchannel',
  'videoinputchannellist',
]);
const NAMESPACE = /^https?:\/\/www\.(?:hikvision|isapi|std-cgi)\.(?:com|org)\/|^urn:psialliance-org|^urn:selfextension:psiaext/i;
const PATH = /^\/(?:[a-z0-9_-]{1,24}\/)?(?:ISAPI|PSIA|SDK|pramaAPI)\//i;

/** An element about one channel, or one device behind it. A count such as `videoInputChannelNum` is a leaf, not a container. */
const CHANNEL = /channel|^sourceInputPortDescriptor$/i;
const MAC_NAME = /^(?:mac|mac_?addr(?:ess)?|phys(?:ical)?_?addr(?:ess)?)$/i;

/** Whether a document belongs to the ISAPI family: by its root, its namespace, or the path it was asked under. */
export function looksLikeIsapi(root: XmlNode, path: string | undefined): boolean {
  return ROOTS.has(root.local.toLowerCase()) || NAMESPACE.test(root.namespace) || (path !== undefined && PATH.test(path));
}

/** `http.xml.root`, `http.xml.namespace` and the first leaves of any document. */
export function xmlFields(root: XmlNode): Field[] {
  return documentFields('http.xml', root).slice(0, MAX_XML_LEAVES);
}

/** `isapi.root`, `isapi.namespace` and the leaves, MAC addresses normalised. */
export function isapiFields(root: XmlNode): Field[] {
  const fields = documentFields('isapi', root);
  if (root.local !== 'InputProxyChannelList') return fields.slice(0, MAX_ISAPI_LEAVES);
  return fields.filter(({ field }) => CHANNEL_LEAF.test(field)).slice(0, MAX_CHANNEL_LEAVES);
}

function documentFields(prefix: 'http.xml' | 'isapi', root: XmlNode): Field[] {
  return [
    ...optionalField(`${prefix}.root`, root.local.slice(0, 64)),
    ...optionalField(`${prefix}.namespace`, root.namespace),
    ...leafFields(prefix, root),
  ];
}

function leafFields(prefix: string, node: XmlNode): Field[] {
  if (node.children.length > 0) {
    const inside = CHANNEL.test(node.local) && !prefix.endsWith('.channel') ? `${prefix}.channel` : prefix;
    return node.children.flatMap((child) => leafFields(inside, child));
  }
  if (!NAME.test(node.local)) return [];
  const isMac = prefix.startsWith('isapi') && MAC_NAME.test(node.local);
  return optionalField(`${prefix}.${node.local}`, isMac ? normaliseMac(node.text) : node.text);
}
