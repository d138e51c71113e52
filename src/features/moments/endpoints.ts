export * from './list-endpoints.ts';
export * from './post-endpoints.ts';
export * from './setting-endpoints.ts';
