package io.sotto.natives;

import io.sotto.natives.internal.NativeFacade;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.Pointer;

/**
 * A block of native memory, on a 64-byte boundary, with an owner.
 *
 * <p><b>Security.</b> Zeroed at birth and overwritten with zeros at close.
 *
 * <p><b>Threading.</b> Contents are plain memory without ordering. One thread closes, after
 * everybody else has finished: a view got earlier must not be touched any more, as nothing can stop
 * it.
 *
 * <p><b>Failure.</b> Every method but {@link #close} and {@link #size} throws {@link
 * IllegalStateException} once the owner is closed.
 */
public final class NativeBuffer implements AutoCloseable {
  private final Block block;
  private final long offset;
  private final long size;
  private final boolean owner;

  private NativeBuffer(Block block, long offset, long size, boolean owner) {
    this.block = block;
    this.offset = offset;
    this.size = size;
    this.owner = owner;
  }

  /** Allocates that many zeroed bytes. */
  public static NativeBuffer allocate(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a buffer of " + bytes + " bytes; give 0 or more");
    }
    return new NativeBuffer(new Block(bytes), 0, bytes, true);
  }

  /** Allocates {@code count} zeroed longs. */
  public static NativeBuffer allocateLongs(long count) {
    return allocate(Math.multiplyExact(count, (long) Long.BYTES));
  }

  /** Its length in bytes. */
  public long size() {
    return size;
  }

  /** All of it as bytes: a fresh little-endian view from position 0. */
  public ByteBuffer bytes() {
    long address = address();
    if (size > Integer.MAX_VALUE) {
      throw new IllegalStateException(
          "a view of " + size + " bytes; a view holds up to 2^31 - 1, take slices");
    }
    if (size == 0) {
      return ByteBuffer.allocateDirect(0).order(ByteOrder.LITTLE_ENDIAN);
    }
    return new Address(address, size).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All whole longs of it: a fresh little-endian view from position 0. */
  public LongBuffer longs() {
    return bytes().asLongBuffer();
  }

  /** A view of the rest from there on, as {@link #slice(long, long)}. */
  public NativeBuffer slice(long from) {
    return slice(from, size - from);
  }

  /** A part of it, which closes nothing and dies with the owner. */
  public NativeBuffer slice(long from, long length) {
    address();
    Objects.checkFromIndexSize(from, length, size);
    return new NativeBuffer(block, offset + from, length, false);
  }

  /** Overwrites all of it with zeros now. */
  public void wipe() {
    NativeFacade.sotto_memory_wipe(address(), size);
  }

  /**
   * Makes all of it zeros, too, but by giving its pages back to the system: for large parts that
   * won't be needed before the owner closes.
   */
  public void discard() {
    NativeFacade.sotto_memory_discard(address(), size);
  }

  /** Wipes and frees; does nothing on a slice or the second time. */
  @Override
  public void close() {
    if (owner) {
      block.close();
    }
  }

  /**
   * The address for a facade function.
   *
   * @throws IllegalStateException if the owner is closed
   */
  Pointer pointer() {
    return new Address(address(), size);
  }

  /**
   * The address for a facade function that reads or writes exactly that many bytes.
   *
   * @param what the parameter's name, for the message
   * @throws IllegalArgumentException if the buffer is shorter
   */
  Pointer pointer(String what, long bytes) {
    if (size < bytes) {
      throw new IllegalArgumentException(
          what + " is a buffer of " + size + " bytes; it has to have at least " + bytes);
    }
    return pointer();
  }

  private long address() {
    return block.address() + offset;
  }

  /** Does {@code this} share memory with {@code other}? */
  public boolean overlaps(NativeBuffer other) {
    return block == other.block
        && offset < other.offset + other.size
        && other.offset < offset + size;
  }

  /** Does {@code this} begin at the address of {@code other}? */
  boolean startsWhere(NativeBuffer other) {
    return block == other.block && offset == other.offset;
  }

  @Override
  public String toString() {
    return "NativeBuffer[" + size + " bytes" + (block.closed.get() ? ", closed" : "") + "]";
  }

  private static final class Block {
    private final long address;
    private final long size;
    private final AtomicBoolean closed = new AtomicBoolean();

    Block(long size) {
      this.size = size;
      address = NativeFacade.sotto_memory_allocate(size);
      if (address == 0) {
        throw new OutOfMemoryError("no native memory for a buffer of " + size + " bytes");
      }
      NativeMemory.bufferBorn(this, size);
    }

    long address() {
      if (closed.get()) {
        throw new IllegalStateException("this native buffer is closed");
      }
      return address;
    }

    void close() {
      if (closed.compareAndSet(false, true)) {
        NativeMemory.bufferDied(this, size);
        NativeFacade.sotto_memory_free(address, size);
      }
    }
  }

  /** A pointer of JavaCPP that owns nothing. */
  private static final class Address extends Pointer {
    Address(long address, long size) {
      super((Pointer) null);
      this.address = address;
      this.limit = size;
      this.capacity = size;
    }

    // Limit and capacity count bytes; what is inherited would count pointers.
    @Override
    public int sizeof() {
      return 1;
    }
  }
}
