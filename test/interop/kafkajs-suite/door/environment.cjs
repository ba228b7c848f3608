/**
 * Where KafkaJS's tests run when they go through the door: jest's environment for Node, with the door in it. The door itself is loaded by Node, outside of
 * jest's modules.
 */
const NodeEnvironment = require('jest-environment-node');
const { doorOf } = require(process.env.ZURAU_DOOR_FACTORIES);

module.exports = class extends NodeEnvironment {
  async setup() {
    await super.setup();
    this.global.zurauDoor = doorOf();
    // So that errors of the tests and errors of the door are of one kind.
    this.global.Error = Error;
  }
};
