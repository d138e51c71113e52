/** SOAK=1 asks for long runs, as `.ci/run --all` does. */
export const IS_SOAK = process.env['SOAK'] === '1';

/** How often something that finds its faults by chance or by repetition is done: usually, and in a long run. */
export const soak = (usual: number, long: number): number => (IS_SOAK ? long : usual);
