import {cutAtWord} from '../../core/text.ts';
import {MIN_HEIGHT, MIN_WIDTH} from '../layout.ts';
import {fit, padded, span} from '../line.ts';
import {keysOverlay} from '../panels/help.ts';
import {covered, type Picture} from '../picture.ts';
import {fleetFooter} from './fleet-footer.ts';
import {fleetHeader} from './fleet-header.ts';
import {hostPicture} from './fleet-host.ts';
import {FLEET_KEY_TABLE} from './fleet-keymap.ts';
import {listLines} from './fleet-list.ts';
import {fleetStatus} from './fleet-status.ts';
import type {FleetView} from './fleet-view.ts';

const HEAD_ROWS = 2;

/** The picture of a fleet. Pure: the same view is the same picture. */
export function composeFleet(view: FleetView): Picture {
  const {width, height, ui} = view;
  if (width < MIN_WIDTH || height < MIN_HEIGHT) return tooSmall(view);
  const room = height - HEAD_ROWS - 1;
  const body: Picture =
    ui.open === undefined
      ? {lines: listLines(view, room), chart: undefined}
      : hostPicture(view, ui.open, HEAD_ROWS, room);
  const lines = [fleetHeader(view), fleetStatus(view), ...padded(body.lines, room), fleetFooter(view)];
  const picture = {lines: lines.map((line) => fit(line, width)), chart: body.chart};
  if (!ui.help) return picture;
  return covered(
    picture,
    keysOverlay(view, FLEET_KEY_TABLE, 'nothing here changes what the hosts do'),
    width,
  );
}

function tooSmall({width, height, state}: FleetView): Picture {
  const counts = state.reading?.counts;
  const text = counts === undefined ? 'fleet' : `${counts.critical} critical of ${counts.hosts}`;
  const line = [span(cutAtWord(`${text} · memtop needs 40x12`, width))];
  return {lines: padded([line], height).map((one) => fit(one, width)), chart: undefined};
}
