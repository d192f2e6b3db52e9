package io.sotto.converter.setup;

import io.sotto.channel.Channel;
import io.sotto.gc.ot.OtTrees;
import io.sotto.natives.Scope;
import java.security.SecureRandom;

/**
 * What a session lends to the side of a setup.
 *
 * @param trees of the plan's oblivious transfers
 * @param scope of the session, which owns what is prepared
 */
public record SetupContext(Channel channel, SecureRandom random, OtTrees trees, Scope scope) {}
