package io.sotto.gc.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A kernel whose calls are noted, those of its lookups and products too. */
public final class NotedKernel {
  private NotedKernel() {}

  /** Takes note of a call that has been done. */
  public interface Notes {
    void take(String function, Object[] arguments);
  }

  /** What happens at a call. */
  public interface Calls {
    Object at(Method method, Object[] arguments) throws Throwable;
  }

  public static LabelKernel over(LabelKernel real, Notes notes) {
    return proxy(
        LabelKernel.class,
        (method, arguments) -> {
          Object result = call(method, real, arguments);
          notes.take(method.getName(), arguments);
          if (result instanceof LookupKernel kernel) {
            return noted(LookupKernel.class, kernel, notes);
          }
          return result instanceof ProductKernel kernel
              ? noted(ProductKernel.class, kernel, notes)
              : result;
        });
  }

  private static <T> T noted(Class<T> type, T real, Notes notes) {
    return proxy(
        type,
        (method, arguments) -> {
          Object result = call(method, real, arguments);
          notes.take(method.getName(), arguments);
          return result;
        });
  }

  /** An object of an interface all of whose calls go one way. */
  public static <T> T proxy(Class<T> type, Calls calls) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                calls.at(method, arguments == null ? new Object[0] : arguments)));
  }

  /** Does what was called. */
  public static Object call(Method method, Object target, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
