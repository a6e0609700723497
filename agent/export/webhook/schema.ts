/** Settings of the webhook: what is sent where, for each device, for several, or for each change. */
import { z } from 'zod';
import { DEFAULT_TEMPLATES, PLACEHOLDERS, unknownPlaceholders, type Json } from './template.ts';

const json: z.ZodType<Json> = z.json();
const headerName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'expected the name of a header');
/** Of the client, or of the login. */
const RESERVED = /^(host|content-length|content-type|transfer-encoding|connection|authorization)$/i;

export const webhookSettings = z
  .strictObject({
    /** Below the address; the address itself where it is not given. */
    path: z.string().startsWith('/').optional(),
    method: z.enum(['POST', 'PUT', 'PATCH']).default('POST'),
    headers: z.record(headerName, z.string().regex(/^[\x20-\x7e]*$/, 'expected printable ASCII')).default({}),
    per: z.enum(['device', 'batch', 'event']).default('device'),
    batchSize: z.int().min(1).max(500).default(50),
    body: json.optional(),
    /** Variable with the secret of the signature. */
    signatureEnv: z.string().min(1).optional(),
    signatureHeader: headerName.default('X-Camsweep-Signature'),
    idempotencyHeader: headerName.default('Idempotency-Key'),
  })
  .superRefine(({ body, per, headers }, context) => {
    const unknown = body === undefined ? [] : unknownPlaceholders(body, per);
    for (const name of unknown) {
      context.addIssue({
        code: 'custom',
        path: ['body'],
        message: `{{${name}}} is not known; per ${per} there are ${PLACEHOLDERS[per].join(', ')}`,
      });
    }
    for (const name of Object.keys(headers).filter((one) => RESERVED.test(one))) {
      context.addIssue({ code: 'custom', path: ['headers', name], message: 'is set by Camsweep; a login is named by login and tokenEnv' });
    }
  })
  .transform(({ body, ...rest }) => ({ ...rest, body: body ?? DEFAULT_TEMPLATES[rest.per] }));
export type WebhookSettings = z.infer<typeof webhookSettings>;
