export {AlertCounts} from './alert-counts.ts';
export {loadWriter} from './exposition.ts';
export type {View} from './metric.ts';
export {pageOf} from './page.ts';
export {listen, type RunningServer} from './server.ts';
export {isToken, TOKEN_RULE} from './token.ts';
