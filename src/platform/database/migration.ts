/** One step of the schema. */
export interface Migration {
  /** As `0007_red_packets`. */
  readonly tag: string;
  readonly statements: readonly string[];
}
