/** Settings with which production starts; its secrets and its SMS account are nobody's. */
export const PRODUCTION = {
  MODE: 'production',
  PUBLIC_URL: 'https://im.example.com',
  SESSION_SECRET: 'kZ3mP9qRt7vXy2bNc5dFg8hJk1lQw4eS',
  PAY_PEPPER: 'aB7cD2eF9gH4iJ6kL1mN8oP3qR5sT0uV',
  DATA_KEY: '3q2+78r+ur4Q1xVnC0mY8hT6sLw5ZkGdRjPaEfUtOXI=',
  SMS_PROVIDER: 'twilio',
  SMS_KEY_ID: 'id',
  SMS_KEY_SECRET: 'secret',
  SMS_SENDER: '+15005550006',
};
