import type { Workload } from '../workload.ts';
import { getUserById } from './get-user-by-id.ts';
import { getVersion } from './get-version.ts';
import { openRedPacket } from './open-red-packet.ts';
import { postPayment } from './post-payment.ts';

export const workloads: readonly Workload[] = [getVersion, getUserById, postPayment, openRedPacket];
