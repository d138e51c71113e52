import * as wire from '../../http/wire.ts';
import type { NearbyRow } from './search.ts';

export const nearbyShape = wire.named('NearbyUser', {
  id: wire.id('用户唯一标识'),
  name: wire.text('用户名'),
  nickName: wire.text('昵称'),
  sex: wire.text('性别'),
  sign: wire.text('签名'),
  headUrl: wire.text('头像地址'),
  distance: wire.count('距离（米），向上取整到 500 米'),
  longitude: wire.text('恒为空'),
  latitude: wire.text('恒为空'),
});

/** Somebody near. Nobody's coordinates are ever shown (docs/decisions.md#who-sees-what). */
export const nearbyView = (row: NearbyRow) => ({
  id: row.id,
  name: row.name,
  nickName: row.nickName,
  sex: row.sex,
  sign: row.sign,
  headUrl: row.headUrl,
  distance: row.distance,
  longitude: '',
  latitude: '',
});
