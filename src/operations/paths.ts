/** Under which the operators' side answers programs. */
export const API = '/admin/api';

/** The path of an operation: `/admin/api/payouts/settle`. */
export const pathOfOperation = (name: string): string => `${API}/${name.replace('.', '/')}`;

/** Where operators send files of the house. */
export const UPLOADS = `${API}/uploads`;
