import type {Line} from '../line.ts';
import type {View} from '../view.ts';
import {ruleLine} from './rule.ts';

/** The rule over a detail: what it is of, its place in the list, and the way back. */
export function titleLine(view: View, title: string, place: string): Line {
  return ruleLine({
    title,
    note: view.width >= 60 ? `${place}Esc back` : 'Esc back',
    focused: true,
    width: view.width,
  });
}
