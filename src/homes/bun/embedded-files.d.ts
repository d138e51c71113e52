/** With `{ type: 'file' }` Bun embeds the file and gives its path; the package's exports hide it otherwise. */
declare module '*/standalone.js' {
  const path: string;
  export default path;
}
declare module '*/htmx.min.js' {
  const path: string;
  export default path;
}
declare module '*/console.css' {
  const path: string;
  export default path;
}
declare module '*/console.js' {
  const path: string;
  export default path;
}
