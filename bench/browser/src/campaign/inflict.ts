import { setTimeout as sleep } from 'node:timers/promises';
import { change, type Material } from '../rig/material.ts';
import type { Lane } from './lane.ts';
import type { Fault } from './plan.ts';
import type { Visit } from './visit.ts';

type Changing = Extract<Fault, { kind: 'stored file changed' }>;

/** Milliseconds after which what was on the line when a tab died has come in. */
const ON_THE_LINE = 250;

/** Does a fault to the upload of `visit`; answers what the file is after it. */
export async function inflict(fault: Fault, lane: Lane, visit: Visit, file: Material): Promise<Material> {
  const { proxy, cloud, session } = lane;
  switch (fault.kind) {
    case 'connection cut':
      await proxy.arm({ kind: 'cut', offset: fault.offset });
      return file;
    case 'byte flipped':
      await proxy.arm({ kind: 'flip', offset: fault.offset });
      return file;
    case '503 burst':
      await proxy.arm({ kind: '503', count: fault.count });
      return file;
    case 'offline':
      await proxy.offline(fault.down);
      return file;
    case 'gateway killed':
      await proxy.during(fault.kind, () => cloud.killGateway());
      await sleep(fault.down);
      await cloud.restart();
      return file;
    case 'token expired':
      // Nothing in flight is lost by it; what comes of it is a refusal of the API.
      await proxy.during(fault.kind, async () => {});
      await session.lapse();
      return file;
    case 'tab killed':
    case 'second profile':
    case 'file changed':
      return reopen(fault, lane, visit, file);
    case 'stored file changed':
      return chooseAgain(fault, lane, visit, file);
  }
}

/** Changes a file that is stored, and chooses it again in the profile that has just sent it. */
async function chooseAgain(fault: Changing, { proxy }: Lane, visit: Visit, file: Material): Promise<Material> {
  let now = file;
  await proxy.during(fault.kind, async () => {
    now = await change(file, fault.how);
  });
  await visit.begin(false);
  return now;
}

/** Kills the tab, then chooses the file again: in the same profile, in another, or after it has changed. */
async function reopen(fault: Fault, { proxy }: Lane, visit: Visit, file: Material): Promise<Material> {
  await proxy.during(fault.kind, async () => {
    await visit.kill();
    await sleep(ON_THE_LINE);
  });
  const now = fault.kind === 'file changed' ? await change(file, fault.how) : file;
  await visit.begin(fault.kind === 'second profile');
  return now;
}
