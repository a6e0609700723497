/** All hosts of the emulated LAN. Addresses and names are unique; the lab test says so. */
import type { LabHost } from '../host.ts';
import { cameraHosts } from './cameras.ts';
import { dahuaHosts } from './dahua.ts';
import { hikvisionHosts } from './hikvision.ts';
import { lookAlikeHosts } from './look-alikes.ts';
import { officeHosts } from './office.ts';
import { rebrandHosts } from './rebrands.ts';
import { rudeHosts } from './rude.ts';

export const LAB_HOSTS: readonly LabHost[] = [
  ...hikvisionHosts,
  ...rebrandHosts,
  ...dahuaHosts,
  ...cameraHosts,
  ...lookAlikeHosts,
  ...officeHosts,
  ...rudeHosts,
];
