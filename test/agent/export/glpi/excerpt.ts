/**
 * An excerpt, not the file: no package ships it. The part of GLPI's inventory schema that our inventories touch, written by hand after the format as published (glpi-project/inventory_format,
 * inventory.schema.json, read at 37c1708f8d5b and as described at d03ff5f). Stricter than the original in one place: MAC addresses have a form.
 */
const text = { type: 'string' } as const;
const addresses = {
  type: 'array',
  items: {
    anyOf: [
      { type: 'string', format: 'ipv4' },
      { type: 'string', format: 'ipv6' },
    ],
  },
} as const;
const mac = { type: 'string', pattern: '^([0-9a-f]{2}:){5}[0-9a-f]{2}$' } as const;
const closed = { type: 'object', additionalProperties: false } as const;

export const GLPI_EXCERPT = {
  ...closed,
  required: ['content', 'deviceid'],
  properties: {
    deviceid: text,
    itemtype: { type: 'string', pattern: '^(Unmanaged|Computer|Phone|NetworkEquipment|Printer)$' },
    action: text,
    tag: text,
    content: {
      ...closed,
      required: ['versionclient'],
      properties: {
        versionclient: text,
        network_device: {
          ...closed,
          required: ['type'],
          properties: {
            type: { type: 'string', pattern: '^(Unmanaged|Computer|Networking|Printer|Storage|Power|Phone|Video|KVM)$' },
            name: { type: 'string', minLength: 1 },
            ...{
              description: text,
              firmware: text,
              location: text,
              model: text,
              serial: text,
              manufacturer: text,
              contact: text,
              uptime: text,
            },
            mac,
            ips: addresses,
          },
        },
        firmwares: {
          type: 'array',
          items: {
            ...closed,
            properties: {
              name: text,
              description: text,
              type: text,
              version: text,
              manufacturer: text,
              date: { type: 'string', format: 'date' },
            },
          },
        },
        network_ports: {
          type: 'array',
          items: { ...closed, properties: { ifnumber: { type: 'integer' }, ifname: text, ifdescr: text, mac, ips: addresses } },
        },
      },
    },
  },
} as const;
