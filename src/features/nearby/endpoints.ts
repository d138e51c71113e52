import { endpoint } from '../../http/endpoint.ts';
import { pageOf, pageShape } from '../../http/paging.ts';
import { degrees, oneOf, optional, page, positionAliases } from '../../http/params.ts';
import { info, object } from '../../http/wire.ts';
import { searchNearby } from './search.ts';
import { rememberPosition } from './store.ts';
import { nearbyShape, nearbyView } from './view.ts';

export const updateGeo = endpoint({
  no: 141,
  path: '/geo/updateGeo',
  title: '更新客户端位置信息接口',
  summary: 'Says where I am; people nearby can find me for 72 hours.',
  params: { lat: degrees('纬度', 90), lon: degrees('经度', 180) },
  paramAliases: positionAliases,
  data: info('update finished.'),
  handler: async (context, { lat, lon }) => {
    await context.db.write(rememberPosition(context, lat, lon));
    return { info: 'update finished.' };
  },
});

export const findNearby = endpoint({
  no: 148,
  path: '/geo/findNearby',
  title: '附近的人接口',
  summary:
    'People within 100 km who were there in the last 72 hours, nearest first, at most 200; says where I am, too.',
  params: {
    longitude: degrees('经度', 180),
    latitude: degrees('纬度', 90),
    sex: optional(oneOf('性别，为空时不限；女 也包括未填写的', ['男', '女'])),
    pageNo: page(),
  },
  paramAliases: { lon: 'longitude', lng: 'longitude', lat: 'latitude', page: 'pageNo' },
  data: object(pageShape(nearbyShape)),
  perMinute: 60,
  handler: async (context, { longitude, latitude, sex, pageNo }) => {
    const search = { me: context.caller.userId, latitude, longitude, sex, pageNo, now: context.clock.now() };
    // The search leaves the caller out, so that it need not wait until he is remembered.
    const [[rows, [count]]] = await Promise.all([
      context.db.read(...searchNearby(search)),
      context.db.write(rememberPosition(context, latitude, longitude)),
    ]);
    return pageOf(pageNo, count?.total ?? 0, rows.map(nearbyView));
  },
});
