/** Settings of the two GLPI targets: the endpoint and the file. */
import { z } from 'zod';

const common = {
  /** What GLPI files new devices as. */
  itemType: z.enum(['Unmanaged', 'NetworkEquipment']).default('Unmanaged'),
  /** Entity tag; the site where it is not given. */
  tag: z.string().min(1).max(100).optional(),
  /** Also devices with neither serial nor MAC, of which GLPI makes a new one each time. */
  sendUnidentified: z.boolean().default(false),
};

export const glpiSettings = z.strictObject({
  ...common,
  /** Below the address of GLPI. */
  path: z.string().startsWith('/').default('/front/inventory.php'),
});
export type GlpiSettings = z.infer<typeof glpiSettings>;

export const glpiFileSettings = z.strictObject(common);
export type GlpiFileSettings = z.infer<typeof glpiFileSettings>;

/** GLPI's answer, as agents read it: a word, and a message where it refuses. */
export const glpiAnswer = z.object({ status: z.string(), message: z.string().nullish() });
