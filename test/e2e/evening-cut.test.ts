import { sharedServer } from './evening/cast.ts';
import { describeEvening } from './evening/suite.ts';
import { Storm } from './evening/weather.ts';

describeEvening('on lines that break', sharedServer, (guests, random) => new Storm(guests, random));
