/** `zurau groups`: the group of commands on consumer groups. */
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { addGroupsDeleteOffsets } from './groups-delete-offsets.ts';
import { addGroupsDelete } from './groups-delete.ts';
import { addGroupsDescribe } from './groups-describe.ts';
import { addGroupsList } from './groups-list.ts';
import { addGroupsReset } from './groups-reset.ts';

export function addGroups(program: Command, io: Io): void {
  const groups = program
    .command('groups')
    .description('List, describe, reset and delete consumer groups and their offsets.');
  addGroupsList(groups, io);
  addGroupsDescribe(groups, io);
  addGroupsReset(groups, io);
  addGroupsDelete(groups, io);
  addGroupsDeleteOffsets(groups, io);
}
