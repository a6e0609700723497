/** Writes the published JSON Schema of the canonical record again: `npm run build && node dist/scripts/write-schema.js`. */
import { writeFileSync } from 'node:fs';
import { deviceJsonSchema } from '../agent/export/jsonl/target.ts';

writeFileSync('agent/export/jsonl/device.schema.json', `${JSON.stringify(deviceJsonSchema(), null, 2)}\n`);
