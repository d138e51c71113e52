/** Width of text in 11 px Verdana, roughly: what decides is that no badge cuts its text off. */
const widthOf = (text: string) => Math.ceil(text.length * 6.8) + 14;

/** A badge of a name and a value, as SVG that reads in light and dark. */
export function badge(name: string, value: string): string {
  const [left, right] = [widthOf(name), widthOf(value)];
  const label = (x: number, text: string) => `  <text x="${x}" y="14">${text}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${name}: ${value}">
  <rect width="${left + right}" height="20" rx="4" fill="#4a5a52"/>
  <path d="M${left} 0h${right - 4}a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4h-${right - 4}z" fill="#2f7d5b"/>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
  ${label(left / 2, name)}
  ${label(left + right / 2, value)}
  </g>
</svg>
`;
}
