import type { Attack } from '../attack.ts';
import { anonymousBodies, userBodies } from './bodies.ts';
import { pages } from './pages.ts';
import { formBodies, jsonBodies, jsonParameters, multipartBodies, queries, searches } from './parameters.ts';
import { imFrames, socketIoJoins, socketIoPackets } from './sockets.ts';
import { answers, codes, lockOut, mobiles, places, stolenSession } from './strangers.ts';
import { fullDisk, manyParts, slowPictures } from './uploads.ts';

/** Every attack, in the order in which they run. */
export const attacks: readonly Attack[] = [
  formBodies,
  jsonBodies,
  jsonParameters,
  queries,
  multipartBodies,
  searches,
  anonymousBodies,
  userBodies,
  pages,
  socketIoJoins,
  socketIoPackets,
  imFrames,
  manyParts,
  slowPictures,
  fullDisk,
  mobiles,
  places,
  lockOut,
  codes,
  answers,
  stolenSession,
];
