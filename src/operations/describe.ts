import { ROLES, type Role } from './actor.ts';
import { isAudited, isDangerous, needsReason, needsTwoEyes, type Operation } from './operation.ts';
import { isOptional, metaOf, type ParamMeta } from './params.ts';

/** A parameter as a form asks for it. */
export interface DescribedParam extends Pick<ParamMeta, 'title' | 'asks'> {
  readonly name: string;
  readonly isOptional: boolean;
  /** The words that it may be, where it is one of some. */
  readonly words?: readonly string[];
}

/** An operation as a form or a program sees it. */
export interface Described {
  readonly name: string;
  readonly kind: Operation['kind'];
  readonly about: string;
  readonly roles: readonly Role[];
  readonly subject: string | null;
  readonly params: readonly DescribedParam[];
  readonly needsReason: boolean;
  readonly isDangerous: boolean;
  /** Whether it may wait for a second operator. */
  readonly needsTwoEyes: boolean;
  readonly isAudited: boolean;
}

/** Those who may, the owner among them, in the order of roles. */
export const rolesOf = ({ roles }: Pick<Operation, 'roles'>): readonly Role[] =>
  ROLES.filter((role) => role === 'owner' || roles.includes(role));

/** What can be known of an operation without carrying it out. */
export function described(operation: Operation): Described {
  const params = Object.entries(operation.params).map(([name, codec]) => {
    const { title, asks } = metaOf(codec);
    const words = codec.meta()?.['enum'];
    return {
      name,
      title,
      asks,
      isOptional: isOptional(codec),
      ...(Array.isArray(words) ? { words: words.map(String) } : {}),
    };
  });
  return {
    name: operation.name,
    kind: operation.kind,
    about: operation.about,
    roles: rolesOf(operation),
    subject: operation.kind === 'list' ? null : operation.subject,
    params,
    needsReason: needsReason(operation),
    isDangerous: isDangerous(operation),
    needsTwoEyes: needsTwoEyes(operation),
    isAudited: isAudited(operation),
  };
}
