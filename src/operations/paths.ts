/** Under which the operators' side answers programs. */
export const API = '/admin/api';

/** The path of an operation: `/admin/api/payouts/settle`. */
export const pathOfOperation = (name: string): string => `${API}/${name.replace('.', '/')}`;
