import { ROLES, type Role } from '../actor.ts';

/** The role of that name; undefined where there is none, as of one that a later version has written. */
export const parseRole = (text: string): Role | undefined => ROLES.find((role) => role === text);
