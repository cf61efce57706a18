"""Prints the values that the tests expect: intervals of the same model by scipy's distributions and optimisers."""
import numpy as np
from scipy import stats, optimize
from math import lgamma
z2=stats.chi2.ppf(.95,1)
print('t975',[ (n,stats.t.ppf(.975,n)) for n in (1,2,3,9,10,59,400)])
print('garwood',[(y,stats.chi2.ppf(.025,2*y)/2 if y else 0.,stats.chi2.ppf(.975,2*y+2)/2) for y in (0,1,5,20,1000)])
def crit(n,share):
    t=stats.t.ppf(.975,n-1); cF=n*np.log1p(t*t/(n-1)); w=min(1,max(2*share,(10-n)/7)); return z2+(cF-z2)*w
def interval(y,a):
    y=np.array(y);a=np.array(a,float);n=len(y);amax=max(1,n/5)
    def ll(lam,al): 
        mu=lam*a
        if al<1e-9: return stats.poisson.logpmf(y,mu).sum()
        return stats.nbinom.logpmf(y,1/al,1/(1+al*mu)).sum()
    def prof(lam):
        g=np.concatenate([[0],np.geomspace(1e-5,amax,60)])
        v=[ll(lam,x) for x in g]; i=int(np.argmax(v))
        lo,hi=g[max(i-1,0)],g[min(i+1,60)]
        r=optimize.minimize_scalar(lambda x:-ll(lam,x),bounds=(lo,hi),method='bounded',options=dict(xatol=1e-10))
        return max((-r.fun,r.x),(v[i],g[i]))
    d=y.sum()/a.sum()
    r=optimize.minimize_scalar(lambda l:-prof(np.exp(l))[0],bounds=(np.log(d)-1,np.log(d)+1),method='bounded',options=dict(xatol=1e-9))
    lam=np.exp(r.x); best,al=prof(lam); share=al*lam*a.mean()/(1+al*lam*a.mean())
    c=crit(n,share)
    f=lambda l:2*(best-prof(np.exp(l))[0])-c
    lo=np.exp(optimize.brentq(f,r.x-8,r.x,xtol=1e-10)); hi=np.exp(optimize.brentq(f,r.x,r.x+12,xtol=1e-10))
    disp=((y-d*a)**2/(d*a)).sum()/(n-1)
    return dict(density=d,mle=lam,alpha=al,lo=lo,hi=hi,disp=disp,D=lambda lam:max(0,2*(best-prof(lam)[0]))*z2/c)
cases={'clumped':([3,0,7,1,12,4,2,0,9,5,6,1],[1]*12),
 'random':([4,6,5,3,7,5,4,6,5,5],[1]*10),
 'few':([10,20],[1,1]),
 'areas':([3,0,7,1,12,4,2,0,9,5,6,1,8,20,3],[1,.4,1,.7,.85,1,.3,.2,1,.85,.5,1,1,.9,.7]),
 'sparse':([0,0,1,0,0,0,2,0,0,0,0,0,0,1,0,0,0,0,0,0],[1]*20)}
res={}
for k,(y,a) in cases.items():
    res[k]=interval(y,a); print(k,{q:v for q,v in res[k].items() if q!='D'})
def ratio(A,B):
    def dev(lr): 
        f=lambda l:A['D'](np.exp(l+lr))+B['D'](np.exp(l))
        p=sorted([np.log(A['mle'])-lr,np.log(B['mle'])])
        return min(optimize.minimize_scalar(f,bounds=(p[0],p[1]+1e-9),method='bounded',options=dict(xatol=1e-8)).fun,f(p[0]),f(p[1]))
    c=np.log(A['mle']/B['mle'])
    lo=np.exp(optimize.brentq(lambda x:dev(x)-z2,c-4,c,xtol=1e-7));hi=np.exp(optimize.brentq(lambda x:dev(x)-z2,c,c+4,xtol=1e-7))
    return lo,hi,stats.chi2.sf(dev(0),1)
print('ratio clumped/random',ratio(res['clumped'],res['random']))
print('ratio sparse/areas',ratio(res['sparse'],res['areas']))

# Cohen's kappa, its large-sample standard error (Fleiss, Cohen & Everitt 1969) and 95 % limits.
from statsmodels.stats.inter_rater import cohens_kappa
pollen=np.array([[52,3,0,2],[4,31,1,0],[0,2,9,1],[3,0,0,12]])
def against(t,i):
    b,f,s=t[i,i],t[i].sum(),t[:,i].sum(); return [[b,f-b],[s-b,t.sum()-f-s+b]]
for t in ([[44,5,1],[7,20,3],[9,5,6]],pollen,[[10,30],[0,60]],*(against(pollen,i) for i in range(4))):
    r=cohens_kappa(np.array(t)); print('kappa',r.kappa,r.std_kappa,r.kappa_low,r.kappa_upp)
