/** The secrets of this installation, as bytes. */
export interface Keys {
  /** Signs session tokens. */
  readonly session: Uint8Array;
  /** Keys the digests of pay passwords, SMS codes and ID numbers. */
  readonly pepper: Uint8Array;
  /** AES-256 key of what is encrypted at rest. */
  readonly data: Uint8Array;
  /** Lays every user's grid of places (src/features/nearby). Drawn once and kept: another one would give places away. */
  readonly places: Uint8Array;
  /** Seals the audit of operators' acts (src/operations/audit). Made from the data key where AUDIT_KEY is not set. */
  readonly audit: Uint8Array;
}
