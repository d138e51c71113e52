import { sharedServer } from './evening/cast.ts';
import { describeEvening } from './evening/suite.ts';
import { calm } from './evening/weather.ts';

describeEvening('on lines that hold', sharedServer, () => calm);
