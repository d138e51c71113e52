import type { UserId } from '../../core/ids.ts';
import { nationalMobile } from '../../core/text/mobile.ts';
import {
  displayName,
  filled,
  idOrNone,
  newPassword,
  orElse,
  picture,
  smsCode,
  text,
} from '../../http/params.ts';
import { openEndpoint } from '../../realtime/endpoint.ts';
import { userRecord, userRecordShape } from '../profiles/view.ts';
import { strongEnough, WEAK_PASSWORD } from './password-rules.ts';
import { register as registerUser } from './register.ts';
import { resetPassword } from './reset-password.ts';

export const register = openEndpoint({
  no: 1,
  path: '/chat/register',
  title: '注册接口',
  summary: 'Creates an account for a mobile number, with an SMS code as proof. Log in next.',
  params: {
    mobile: filled('未注册过的手机号', 32),
    pwd: newPassword('密码，明文或其 md5；生产环境至少6位且不常见'),
    validateNum: smsCode('验证码'),
    headUrl: orElse(picture('用户头像'), ''),
    name: orElse(displayName('用户姓名', 50), ''),
    recommandUserId: idOrNone<UserId>('推荐人 ID，没有则不传或为 0'),
  },
  shown: { name: 'name' },
  data: userRecordShape,
  perMinute: 30,
  invalid: '有参数不正确',
  errors: { MOBILE_TAKEN: [2, '手机号码已注册'], WRONG_CODE: [3, '验证码不正确'], WEAK_PASSWORD },
  handler: async (context, { mobile, pwd, validateNum, headUrl, name, recommandUserId }) => {
    const user = await registerUser(context, {
      mobile,
      password: strongEnough(context, pwd),
      code: validateNum,
      headUrl,
      name,
      recommender: recommandUserId,
    });
    return { ...userRecord(user), mobile: nationalMobile(user.mobile) };
  },
});

export const findPwd = openEndpoint({
  no: 9,
  path: '/chat/findPwd',
  title: '修改密码接口',
  summary:
    'Sets a new password with an SMS code as proof; ends every session of the account, and pushes to its phones.',
  params: {
    mobile: filled('注册手机号', 32),
    pwd: newPassword('密码，明文或其 md5；生产环境至少6位且不常见'),
    validateNum: smsCode('验证码'),
    UUID: orElse(text('设备应用唯一字符串，与登录时相同；未知设备重置后钱包受限24小时', 128), ''),
  },
  data: userRecordShape,
  perMinute: 30,
  invalid: '操作失败',
  errors: { WRONG_CODE: [-1, '验证码不正确'], NO_SUCH_USER: [-1, '操作失败'], WEAK_PASSWORD },
  handler: async (context, { mobile, pwd, validateNum, UUID }) => {
    const user = await resetPassword(context, mobile, strongEnough(context, pwd), validateNum, UUID);
    return { ...userRecord(user), mobile: nationalMobile(user.mobile) };
  },
});
