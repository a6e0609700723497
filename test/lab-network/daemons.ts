/**
 * Real daemons as office hosts, each in a namespace of its own: what a scan meets besides emulated devices. Configuration
 * goes into a folder of the test; nothing of the machine's own is read or changed, and no service of it is started.
 */
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { CERTIFICATES } from '../lab/certificates/index.ts';
import type { Network } from './namespace.ts';
import { canBecomeNobody } from './rights.ts';

export interface Daemon {
  readonly id: string;
  /** Last number of its address. */
  readonly at: number;
  readonly mac: string;
  readonly what: string;
  readonly hikvision: boolean;
  /** Programs or files that must be there. */
  readonly needs: readonly string[];
  /** It becomes another user once it has started, and does not run where it cannot. */
  readonly givesUpRights?: boolean;
  /** A port that is bound when it is up. */
  readonly port: number;
  /** Probes that must have an answer. */
  readonly answers: readonly string[];
  /** Files below its folder, by name. */
  readonly files: (folder: string) => Readonly<Record<string, string>>;
  /** Shell commands, the last one the daemon in the foreground. */
  readonly run: (folder: string) => string;
}

const MODULES = '/usr/lib/apache2/modules';
const PRIVATE_RUN = 'mount -t tmpfs tmpfs /run && mkdir -p /run/avahi-daemon /run/dbus';

const snmpsim = (folder: string): string =>
  `exec snmpsimd --data-dir=${folder}/data --cache-dir=${folder}/cache --agent-udpv4-endpoint=0.0.0.0:161 --process-user=nobody --process-group=nogroup`;

const AVAHI = '[server]\nuse-ipv6=no\nallow-interfaces=eth0\nhost-name=HOST\nenable-dbus=DBUS\n[publish]\npublish-workstation=yes\n';

export const DAEMONS = [
  {
    id: 'net-snmp',
    at: 200,
    mac: '52:54:00:a1:00:01',
    what: 'Linux server with the agent of net-snmp',
    hikvision: false,
    needs: ['snmpd'],
    port: 161,
    answers: ['snmp'],
    files: () => ({ 'snmpd.conf': 'sysDescr Linux files01 6.1.0-18-amd64\nsysName files01\nrocommunity public\n' }),
    run: (folder) => `export MIBS= SNMP_PERSISTENT_DIR=${folder}; exec snmpd -f -Lo -C -c ${folder}/snmpd.conf -I -smux udp:161`,
  },
  {
    // HIK-DEVICE-MIB: nothing in the system group, as on real cameras
    id: 'snmp-camera',
    at: 201,
    mac: '44:19:b6:a1:00:02',
    what: 'camera that answers the objects of its vendor alone',
    hikvision: true,
    givesUpRights: true,
    needs: ['snmpsimd'],
    port: 161,
    answers: ['snmp'],
    files: () => ({
      'data/public.snmprec':
        '1.3.6.1.2.1.2.2.1.6.2|4x|4419b6a10002\n1.3.6.1.4.1.39165.1.1.0|4|DS-2CD2042WD-I\n1.3.6.1.4.1.39165.1.3.0|4|V5.5.0 build 170725\n1.3.6.1.4.1.39165.1.4.0|4|44-19-b6-a1-00-02\n1.3.6.1.4.1.39165.1.6.0|4|hikvision\n',
    }),
    run: snmpsim,
  },
  {
    id: 'snmp-recorder',
    at: 202,
    mac: 'c0:56:e3:a1:00:03',
    what: 'recorder with the company number of somebody else',
    hikvision: true,
    givesUpRights: true,
    needs: ['snmpsimd'],
    port: 161,
    answers: ['snmp'],
    files: () => ({
      'data/public.snmprec':
        '1.3.6.1.2.1.1.1.0|4|Hikvision company products\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.50001\n1.3.6.1.4.1.50001.1.3.0|4|0820160719AARR000000000WCVU\n1.3.6.1.4.1.50001.1.100.0|2|2\n',
    }),
    run: snmpsim,
  },
  {
    id: 'avahi',
    at: 203,
    mac: 'dc:a6:32:a1:00:04',
    what: 'Linux computer that announces itself by mDNS',
    hikvision: false,
    givesUpRights: true,
    needs: ['avahi-daemon'],
    port: 5353,
    answers: ['mdns'],
    files: () => ({
      'avahi.conf': AVAHI.replace('HOST', 'workshop').replace('DBUS', 'no'),
      'services/ssh.service':
        '<?xml version="1.0"?><!DOCTYPE service-group SYSTEM "avahi-service.dtd"><service-group><name>Workshop</name><service><type>_ssh._tcp</type><port>22</port></service><service><type>_smb._tcp</type><port>445</port></service></service-group>\n',
    }),
    run: (folder) =>
      `${PRIVATE_RUN} && mount --bind ${folder}/services /etc/avahi/services && exec avahi-daemon -f ${folder}/avahi.conf --no-drop-root --no-chroot --no-rlimits`,
  },
  {
    id: 'wsdd',
    at: 204,
    mac: '8c:16:45:a1:00:05',
    what: 'computer that answers WS-Discovery',
    hikvision: false,
    needs: ['wsdd'],
    port: 3702,
    answers: [],
    files: () => ({}),
    run: () => 'exec wsdd -4 -i eth0 -n RECEPTION',
  },
  {
    id: 'nginx',
    at: 205,
    mac: '52:54:00:a1:00:06',
    what: 'web server nginx, plain and TLS',
    hikvision: false,
    givesUpRights: true,
    needs: ['nginx'],
    port: 443,
    answers: ['http'],
    files: (folder) => ({
      'www/index.html': '<!DOCTYPE html><html><head><title>Welcome to nginx!</title></head><body></body></html>',
      'tls.pem': CERTIFICATES.plain.certificate,
      'tls.key': CERTIFICATES.plain.key,
      'nginx.conf': `daemon off; pid ${folder}/nginx.pid; error_log stderr; user root;
events {}
http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
server { listen 80; listen 443 ssl; ssl_certificate ${folder}/tls.pem; ssl_certificate_key ${folder}/tls.key; root ${folder}/www; } }
`,
    }),
    run: (folder) => `exec nginx -e stderr -c ${folder}/nginx.conf`,
  },
  {
    // The realm is a text an administrator chose: it may give a hint, never a finding.
    id: 'apache',
    at: 206,
    mac: '00:15:5d:a1:00:07',
    what: 'web server Apache with a camera model as its realm',
    hikvision: false,
    givesUpRights: true,
    needs: ['apache2', `${MODULES}/mod_auth_digest.so`],
    port: 80,
    answers: ['http'],
    files: (folder) => ({
      users: '',
      'www/index.html': 'intranet',
      'apache.conf': `ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/apache.pid
ServerName intranet
Listen 80
User nobody
Group nogroup
ErrorLog ${folder}/error.log
${['mpm_event', 'authn_core', 'authn_file', 'authz_core', 'authz_user', 'auth_digest', 'dir'].map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
DocumentRoot ${folder}/www
<Location "/">
AuthType Digest
AuthName "DS-2CD2032-I"
AuthDigestProvider file
AuthUserFile ${folder}/users
Require valid-user
</Location>
`,
    }),
    run: (folder) => `exec apache2 -D FOREGROUND -f ${folder}/apache.conf`,
  },
  {
    id: 'old-tls',
    at: 207,
    mac: '00:50:56:a1:00:08',
    what: 'web server with TLS 1.0, an RSA key of 1024 bits and SHA-1',
    hikvision: false,
    needs: ['openssl'],
    port: 443,
    answers: ['http'],
    files: () => ({ 'tls.pem': CERTIFICATES.plain.certificate, 'tls.key': CERTIFICATES.plain.key }),
    run: (folder) =>
      `exec openssl s_server -accept 443 -www -tls1 -cipher ALL:@SECLEVEL=0 -cert ${folder}/tls.pem -key ${folder}/tls.key -quiet`,
  },
  {
    id: 'rtsp',
    at: 208,
    mac: 'b8:27:eb:a1:00:09',
    what: 'media server that speaks RTSP',
    hikvision: false,
    needs: ['/usr/share/perl5/RTSP/Server.pm'],
    port: 554,
    answers: ['rtsp'],
    files: () => ({}),
    run: () => `exec perl -MRTSP::Server -MAnyEvent -e 'my $s = RTSP::Server->new; $s->listen; AnyEvent->condvar->recv'`,
  },
  {
    id: 'printer',
    at: 209,
    mac: '00:1e:8f:a1:00:0a',
    what: 'IPP Everywhere printer, announced by Avahi',
    hikvision: false,
    givesUpRights: true,
    needs: ['ippeveprinter', 'avahi-daemon', 'dbus-daemon'],
    port: 80,
    answers: ['http', 'mdns'],
    files: () => ({ 'avahi.conf': AVAHI.replace('HOST', 'printer').replace('DBUS', 'yes') }),
    run: (folder) =>
      `${PRIVATE_RUN} && mkdir -p ${folder}/spool ${folder}/services && mount --bind ${folder}/services /etc/avahi/services && dbus-daemon --system --fork --nopidfile && ` +
      `{ avahi-daemon -f ${folder}/avahi.conf --no-drop-root --no-chroot --no-rlimits & } && sleep 1.5 && ` +
      `exec ippeveprinter -p 80 -d ${folder}/spool -K ${folder} -M Canon -m 'MF440 Series' 'Canon MF440 (first floor)'`,
  },
] as const satisfies readonly Daemon[];

/** What it needs and is not here, in words. */
export function lacking({ needs, givesUpRights = false }: Daemon): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const missing = needs.filter(
    (need) => !(need.startsWith('/') ? existsSync(need) : folders.some((folder) => existsSync(join(folder, need)))),
  );
  return givesUpRights && !canBecomeNobody ? [...missing, 'user nobody to become'] : missing;
}

/** Starts it on the host of its id; resolves when its port is bound, rejects with what it said when it is not in time. */
export async function startDaemon(network: Network, daemon: Daemon, parent: string): Promise<void> {
  const folder = join(parent, daemon.id);
  for (const name of ['', 'data', 'cache']) await mkdir(join(folder, name), { recursive: true });
  await chmod(join(folder, 'cache'), 0o777); // snmpsim gives up its rights first
  for (const [name, text] of Object.entries(daemon.files(folder))) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const started = await network.start(daemon.id, ['sh', '-c', `echo started; exec 2>&1; ${daemon.run(folder)}`]);
  await network.bound(daemon.id, daemon.port, started);
}
