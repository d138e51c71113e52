const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** An ID number that can exist and that no other run has. */
export function freshIdNumber(): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  const place = 110_000 + (random % 500_000);
  const digits = `${place}19${50 + ((random >>> 3) % 50)}0${1 + ((random >>> 9) % 9)}1${(random >>> 13) % 9}${String((random >>> 17) % 1000).padStart(3, '0')}`;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  return digits + '10X98765432'[sum % 11];
}
