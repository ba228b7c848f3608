/** `zurau topics`: the group of commands on topics. */
import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { addTopicsCreate } from './topics-create.ts';
import { addTopicsDelete } from './topics-delete.ts';
import { addTopicsDescribe } from './topics-describe.ts';
import { addTopicsList } from './topics-list.ts';

export function addTopics(program: Command, io: Io): void {
  const topics = program.command('topics').description('Create, list, describe and delete topics.');
  addTopicsCreate(topics, io);
  addTopicsList(topics, io);
  addTopicsDescribe(topics, io);
  addTopicsDelete(topics, io);
}
