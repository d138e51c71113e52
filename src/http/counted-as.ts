/** The keys under which floods are counted, for calls and sockets alike. */
export const countedAs = {
  /** One of the networks of a client's address. */
  network: (key: string): string => `a:${key}`,
  user: (user: number): string => `u:${user}`,
  /** Files that one of the networks asks for. */
  files: (key: string): string => `f:${key}`,
};
