import { pageOf, pageShape } from '../../http/paging.ts';
import { oneOf, optional, page } from '../../http/params.ts';
import { latitude, longitude, placeOf, positionAliases } from '../../http/position.ts';
import { info, object } from '../../http/wire.ts';
import { endpoint } from '../../realtime/endpoint.ts';
import { NO_SEARCH } from '../steps/kinds.ts';
import { explainStep } from '../steps/standing.ts';
import { searchNearby } from './search.ts';
import { stand } from './stand.ts';
import { nearbyShape, nearbyView } from './view.ts';

export const updateGeo = endpoint({
  no: 141,
  path: '/geo/updateGeo',
  title: '更新客户端位置信息接口',
  summary: 'Says where I am; people nearby can find me for 72 hours.',
  params: { lat: latitude(), lon: longitude() },
  paramAliases: positionAliases,
  data: info('update finished.'),
  handler: async (context, { lat, lon }) => {
    const place = placeOf(lat, lon);
    if (place) await stand(context, place, true);
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
    longitude: longitude(),
    latitude: latitude(),
    sex: optional(oneOf('性别，为空时不限；女 也包括未填写的', ['男', '女'])),
    pageNo: page(),
  },
  paramAliases: { lon: 'longitude', lng: 'longitude', lat: 'latitude', page: 'pageNo' },
  data: object(pageShape(nearbyShape)),
  perMinute: 60,
  errors: { NO_SEARCH },
  handler: async (context, { longitude, latitude, sex, pageNo }) => {
    await explainStep(context, 'search', 'NO_SEARCH');
    const point = await stand(context, placeOf(latitude, longitude), true);
    if (!point) return pageOf(pageNo, 0, []);
    const search = { me: context.caller.userId, point, sex, pageNo, now: context.clock.now() };
    const {
      rows,
      counted: [count],
    } = await context.db.read(searchNearby(search));
    return pageOf(pageNo, count?.total ?? 0, rows.map(nearbyView));
  },
});
