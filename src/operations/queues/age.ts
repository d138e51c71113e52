const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something has waited, as an operator reads it: `3 d 4 h`, `2 h 5 min`, `12 min`. @param ms milliseconds */
export function ageText(ms: number): string {
  const whole = Math.max(0, ms);
  const [days, hours, minutes] = [whole / DAY, (whole % DAY) / HOUR, (whole % HOUR) / MINUTE].map(Math.floor);
  if (days) return `${days} d ${hours} h`;
  return hours ? `${hours} h ${minutes} min` : `${minutes} min`;
}
