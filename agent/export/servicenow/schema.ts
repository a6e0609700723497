/** Settings of the ServiceNow target, and the parts of its answers that are read. */
import { z } from 'zod';

/** A column of the class, or null: not sent. */
const column = (usual: string | null) =>
  z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,79}$/, 'expected the name of a column, such as serial_number')
    .nullable()
    .default(usual);
const table = z.string().regex(/^[a-z][a-z0-9_]{0,79}$/, 'expected the name of a table, such as cmdb_ci_hardware');

export const serviceNowSettings = z.strictObject({
  /** Class of the configuration items. */
  className: table.default('cmdb_ci_hardware'),
  /** A choice of the field discovery_source: ServiceNow files what comes from an unknown source as incomplete. */
  dataSource: z.string().min(1).max(40).default('Camsweep'),
  /** Which column holds what. Reference columns (often manufacturer and model_id) take a sys_id, so nothing is sent to them unless named. */
  columns: z
    .strictObject({
      name: column('name'),
      serial: column('serial_number'),
      address: column('ip_address'),
      mac: column('mac_address'),
      description: column('short_description'),
      maker: column(null),
      model: column(null),
      firmware: column(null),
      restriction: column(null),
      presence: column(null),
    })
    .prefault({}),
  /** What the presence column takes, in your choices. */
  presenceValues: z
    .strictObject({
      present: z.string().max(40).default('present'),
      missing: z.string().max(40).default('missing'),
      gone: z.string().max(40).default('gone'),
    })
    .prefault({}),
  /** Identification by serial number through the lookup table. */
  serialLookup: z.boolean().default(true),
  batchSize: z.int().min(1).max(200).default(25),
});
export type ServiceNowSettings = z.infer<typeof serviceNowSettings>;

const problem = z.object({ error: z.string().nullish(), message: z.string().nullish() });

export const itemResult = z.object({
  operation: z.string().nullish(),
  sysId: z.string().nullish(),
  errorCount: z.number().nullish(),
  errors: z.array(problem).nullish(),
  inputIndices: z.array(z.number()).nullish(),
  identificationAttempts: z
    .array(z.object({ attemptResult: z.string().nullish(), attributes: z.array(z.string()).nullish() }))
    .nullish()
    .catch(undefined),
});
export type ItemResult = z.infer<typeof itemResult>;

export const answer = z.object({ result: z.object({ items: z.array(itemResult) }) });
