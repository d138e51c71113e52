import type { Operation } from '../operations/operation.ts';
import { keepLanguage } from './language.ts';
import { indexScreen } from './operations/index-screen.tsx';
import { screenOf } from './operations/screens.ts';
import { ownPath, PATHS } from './paths.ts';
import { redirect } from './response.ts';
import { openScreen, type Screen } from './screen.ts';
import { accountScreen } from './screens/account/account.tsx';
import { endSessionScreen, passwordScreen, recoveryScreen } from './screens/account/forms.tsx';
import { announcementsScreen } from './screens/announcements/announcements.tsx';
import { catalogueScreen } from './screens/catalogue/catalogue.tsx';
import { contentScreen } from './screens/content/content.tsx';
import { groupScreen } from './screens/groups/group.tsx';
import { groupsScreen } from './screens/groups/groups.tsx';
import { confirmScreen, invitationScreen } from './screens/invitation/invitation.tsx';
import { loginScreen, logoutScreen } from './screens/login/login.tsx';
import { moneyScreen } from './screens/money/money.tsx';
import { operatorsScreen } from './screens/operators/operators.tsx';
import { peopleScreen } from './screens/people/people.tsx';
import { personScreen } from './screens/people/person.tsx';
import { queuesScreen } from './screens/queues/queues.tsx';
import { releasesScreen } from './screens/releases/releases.tsx';
import { homeScreen, todayScreen } from './screens/today/today.tsx';
import { uploadsScreen } from './screens/uploads/uploads.tsx';
import { parseLanguage } from './words/speak.ts';

/** Another language, in this browser. */
const languageScreen = openScreen({
  path: PATHS.language,
  async post(visit, form) {
    const language = parseLanguage(form.get('language') ?? '');
    if (language) keepLanguage(visit.call, language);
    return redirect(visit, ownPath(form.get('back')) ?? PATHS.home);
  },
});

/** Every page: those that are composed by hand, and one for each operation. */
export const screensOf = (operations: readonly Operation[]): readonly Screen[] => [
  languageScreen,
  loginScreen,
  logoutScreen,
  invitationScreen,
  confirmScreen,
  homeScreen,
  todayScreen,
  queuesScreen,
  peopleScreen,
  personScreen,
  groupsScreen,
  groupScreen,
  contentScreen,
  moneyScreen,
  catalogueScreen,
  releasesScreen,
  uploadsScreen,
  announcementsScreen,
  operatorsScreen,
  accountScreen,
  passwordScreen,
  recoveryScreen,
  endSessionScreen,
  indexScreen,
  ...operations.map(screenOf),
];
