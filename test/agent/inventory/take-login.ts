/** One of several processes that take logins from the same ledger at the same moment (login-ledger.test.ts starts it). */
import { once } from 'node:events';
import { openLoginLedger } from '../../../agent/inventory/login-ledger.ts';

const ledger = openLoginLedger(process.argv[2] ?? '', () => new Date().toISOString());
process.stdout.write('ready\n');
await once(process.stdin, 'data');
for (let host = 1; host <= 20; host++) {
  const address = `192.0.2.${host}`;
  if (ledger.take({ address }, { user: 'inventory', password: 'Correct-Horse-9' }) !== undefined)
    process.stdout.write(`taken ${address}\n`);
}
process.exit();
